using FsCheck;
using FsCheck.Fluent;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed class ConfigurationTextTests
{
    private const string Old =
        """
        # ours, by hand
        [global]
        repo1-path=/old
          repo1-cipher-pass = first-secret
        # repo1-cipher-pass=older-secret
        exclude=pg_log

        [zabbix-cluster]
        pg1-path=/data

        """;

    [Fact]
    public void An_option_is_set_where_it_stands_and_all_else_stays()
    {
        var text = ConfigurationText.Parse(Old);
        text.Set("global", "repo1-path", "/new");
        text.Set("global", "process-max", "4");
        text.Set("other", "pg1-path", "/elsewhere");

        Assert.Equal(Old.Replace("/old", "/new", StringComparison.Ordinal).Replace("exclude=pg_log\n", "exclude=pg_log\nprocess-max=4\n", StringComparison.Ordinal) + "\n[other]\npg1-path=/elsewhere\n", text.ToString());
    }

    [Fact]
    public void A_difference_shows_no_secret_not_even_in_a_comment()
    {
        var lines = ConfigurationText.Parse(Old).DifferenceTo(ConfigurationText.Parse("[global]\nrepo1-path=/old\nrepo1-cipher-pass=second-secret\nrepo1-s3-key=AKIA\n"));

        Assert.DoesNotContain(lines, line => line.Contains("-secret", StringComparison.Ordinal) && !line.Contains("=(secret)", StringComparison.Ordinal) || line.Contains("AKIA", StringComparison.Ordinal));
        Assert.Equal(
            ["- # ours, by hand", "- repo1-cipher-pass=(secret)", "- # repo1-cipher-pass=(secret)", "- exclude=pg_log", "- [zabbix-cluster]", "- pg1-path=/data", "+ repo1-cipher-pass=(secret)", "+ repo1-s3-key=(secret)"],
            lines);
    }

    [Fact]
    public void What_was_set_is_found_and_setting_it_again_changes_nothing()
    {
        var name = Gen.Elements("repo1-path", "repo2-path", "process-max", "pg1-path", "log-level-file");
        var step = from section in Gen.Elements("global", "zabbix-cluster", "global:archive-push")
                   from option in name
                   from value in Gen.Elements("/a", "/b=c", "1", "[x]", "# no comment")
                   select (section, option, value);

        Prop.ForAll(step.ArrayOf().ToArbitrary(), steps =>
        {
            var text = ConfigurationText.Parse(Old);
            foreach (var (section, option, value) in steps)
            {
                text.Set(section, option, value);
            }

            var once = text.ToString();
            var last = steps.GroupBy(one => (one.section, one.option)).Select(same => same.Last()).ToList();
            foreach (var (section, option, value) in last)
            {
                text.Set(section, option, value);
            }

            return once == text.ToString() && once == ConfigurationText.Parse(once).ToString() && last.All(one => text.Find(one.section, one.option) == one.value);
        }).QuickCheckThrowOnFailure();
    }
}
