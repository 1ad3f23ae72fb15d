using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Tests.Nodes;

public sealed class SudoRuleTests
{
    [Fact]
    public void Arguments_are_literal_but_for_those_that_vary()
    {
        var command = new ObservingCommand("look", "--stanza=a,b", "*", "--set=x", "two words") { User = "postgres" };

        var rule = SudoRule.Of(command, "/usr/bin/look", new Dictionary<string, string> { ["--set=x"] = "--set\\=[0-9]" });

        Assert.Equal("watcher ALL=(postgres) NOPASSWD: /usr/bin/look --stanza\\=a\\,b \\* --set\\=[0-9] two\\ words", rule.For("watcher"));
    }

    [Fact]
    public void A_command_of_the_login_users_own_needs_no_rule() =>
        Assert.Throws<ArgumentException>(() => SudoRule.Of(new ObservingCommand("look"), "/usr/bin/look", new Dictionary<string, string>()));
}
