using System.Text;
using System.Text.Json;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Engine.Runbooks.Plans;

namespace ZabbixDR.Engine.Tests.Runbooks.Plans;

public sealed class PlanFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zabbixdr-plan-").FullName;

    private static byte[] Whole => Encoding.UTF8.GetBytes(PlanYaml.Of(PlanSamples.Whole));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_saved_plan_is_read_back_as_it_was_to_the_byte()
    {
        var path = Path.Combine(_folder, "plan.yaml");

        var saved = PlanFile.Save(PlanSamples.Whole, path, replace: false);

        Assert.Equal(Json(PlanSamples.Whole), Json(saved.Plan));
        Assert.Equal(File.ReadAllBytes(path), Whole);
        Assert.Equal(Whole, Encoding.UTF8.GetBytes(PlanYaml.Of(saved.Plan)));
        Assert.Equal("PlanFileExists", Assert.Throws<DrException>(() => PlanFile.Save(PlanSamples.Whole, path, replace: false)).Id);
        Assert.Equal(PlanSamples.Whole.Id, PlanFile.Save(PlanSamples.Whole, path, replace: true).Plan.Id);
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_plan_of_one_step_is_pure_ASCII_and_holds_no_line_that_ends_it()
    {
        Assert.All(Whole, letter => Assert.True(letter is (byte)'\n' or (>= (byte)' ' and <= (byte)'~')));
        Assert.DoesNotContain("\n---", Encoding.ASCII.GetString(Whole), StringComparison.Ordinal);
    }

    // Each byte of the plan, each replaced by three others, or left out, or doubled: it is refused, or other bytes are signed than were.
    [Fact]
    public void Each_changed_byte_of_the_plan_is_noticed()
    {
        var whole = Whole;
        byte[] file = [.. whole, .. new PlanApproval(DateTimeOffset.UnixEpoch, "anna", "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n").ToBytes()];
        Assert.Equal("anna", Assert.Single(PlanFile.Parse("p", file).Approvals).By);
        for (var at = 0; at < whole.Length; at++)
        {
            byte[][] changed =
            [
                [.. file[..at], (byte)(file[at] ^ 1), .. file[(at + 1)..]],
                [.. file[..at], (byte)'\n', .. file[(at + 1)..]],
                [.. file[..at], (byte)'#', .. file[(at + 1)..]],
                [.. file[..at], .. file[(at + 1)..]],
                [.. file[..at], file[at], .. file[at..]],
                [.. file[..at], .. "\n---\n"u8, .. file[at..]],
            ];
            foreach (var one in changed.Where(one => !one.AsSpan().SequenceEqual(file)))
            {
                try
                {
                    Assert.False(PlanFile.Parse("p", one).Content.AsSpan().SequenceEqual(whole), $"byte {at}");
                }
                catch (InvalidDataException)
                {
                }
            }
        }
    }

    [Theory]
    [InlineData("\n", "\r\n")]
    [InlineData("destructive: \"no\"", "destructive: \"No\"")]
    [InlineData("node: etcd-1\n", "node: etcd-1 # really\n")]
    [InlineData("node: etcd-1\n", "node: 'etcd-1'\n")]
    [InlineData("node: etcd-1\n", "node: etcd-1\n  node: etcd-2\n")]
    [InlineData("node: etcd-1\n", "node: etcd-1\n  unknown: x\n")]
    [InlineData("runbook: EtcdRestore\n", "")]
    [InlineData("timeLimit: \"00:10:30\"", "timeLimit: soon")]
    [InlineData("  what: ", "  what: &a ")]
    public void A_plan_that_is_not_as_it_was_written_is_refused(string text, string by)
    {
        var path = Path.Combine(_folder, "plan.yaml");
        var written = Encoding.UTF8.GetString(Whole);
        Assert.Contains(text, written, StringComparison.Ordinal);
        File.WriteAllText(path, written.Replace(text, by, StringComparison.Ordinal));

        Assert.Equal(("PlanFileInvalid", DrErrorKind.InvalidData), Assert.Throws<DrException>(() => PlanFile.Read(path)) is var error ? (error.Id, error.Kind) : default);
    }

    [Theory]
    [InlineData("---\n")]
    [InlineData("---\nat: soon\nby: anna\nsignature: |\n  x\n")]
    [InlineData("---\nat: 2026-11-23T12:00:00.0000000+00:00\nby: an na\nsignature: |\n  x\n")]
    [InlineData("---\nat: 2026-11-23T12:00:00.0000000+00:00\nby: anna\nsignature: |\n")]
    [InlineData("---\nat: 2026-11-23T12:00:00.0000000+00:00\nby: anna\nsignature: |\n  x\nby: bob\n")]
    [InlineData("---\nat: 2026-11-23T12:00:00.0000000+00:00\nby: anna\nsignature: |\n  x\n---\n")]
    public void What_follows_a_plan_and_is_no_approval_is_refused(string after) =>
        Assert.Throws<InvalidDataException>(() => PlanFile.Parse("p", [.. Whole, .. Encoding.ASCII.GetBytes(after)]));

    [Fact]
    public void Approvals_are_read_back_in_order_and_each_signs_the_plan_and_its_own_time()
    {
        var first = new PlanApproval(DateTimeOffset.UnixEpoch, "anna@example.org", "-----BEGIN SSH SIGNATURE-----\nQQ==\n-----END SSH SIGNATURE-----\n");
        var second = first with { At = DateTimeOffset.UnixEpoch.AddTicks(1), By = "bob" };

        var read = PlanFile.Parse("p", [.. Whole, .. first.ToBytes(), .. second.ToBytes()]);

        Assert.Equal([first, second], read.Approvals);
        Assert.Equal(Whole, read.Content);
        Assert.Equal([.. Whole, .. "---\nat: 1970-01-01T00:00:00.0000000+00:00\n"u8], PlanApproval.Message(read.Content, first.At));
    }

    [Theory]
    [InlineData("bob@mgmt", true)]
    [InlineData("Bob@example.org", true)]
    [InlineData("bob", true)]
    [InlineData("anna@mgmt", false)]
    [InlineData("bobby@mgmt", false)]
    public void The_maker_is_known_by_the_name_before_the_at_sign(string principal, bool isMaker) =>
        Assert.Equal(isMaker, PlanApprovals.IsMaker(PlanSamples.Whole, principal));

    [Fact]
    public void A_journal_of_a_version_that_wrote_no_inputs_is_read()
    {
        var line = new JournalLine { Run = "r", Number = 1, At = DateTimeOffset.UnixEpoch, Event = JournalEvent.Planned, Operator = "o", Plan = PlanSamples.Whole with { Undoes = null } }.ToJson();
        var old = line.Replace(JsonSerializer.Serialize(new { inputs = PlanSamples.Whole.Inputs })[1..^1] + ",", "", StringComparison.Ordinal);
        Assert.NotEqual(line, old);

        var plan = Assert.Single(JournalLine.ReadAll(old + "\n")).Plan!;

        Assert.Empty(plan.Inputs);
        Assert.Equal(2, plan.Steps.Count);
        Assert.Equal(PlanSamples.Whole.Inputs, Assert.Single(JournalLine.ReadAll(line + "\n")).Plan!.Inputs);
    }

    private static string Json(DrPlan plan) => JsonSerializer.Serialize(plan);
}
