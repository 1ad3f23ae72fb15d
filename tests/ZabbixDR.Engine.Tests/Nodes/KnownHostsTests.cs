using ZabbixDR.Engine.Nodes.Ssh;

namespace ZabbixDR.Engine.Tests.Nodes;

public sealed class KnownHostsTests
{
    private const string Ed25519Text = "AAAAC3NzaC1lZDI1NTE5AAAAIHYiCgpEgBOevsgjxdX/WDsWspCrL/ftVxd7fA0Cu/ol";
    private static readonly byte[] Ed25519 = Convert.FromBase64String(Ed25519Text);
    private static readonly byte[] Other = [.. Ed25519[..^1], (byte)(Ed25519[^1] ^ 1)];

    [Theory]
    [InlineData("known_hosts.plain")]
    [InlineData("known_hosts.hashed")]
    public void A_listed_key_is_trusted_and_another_one_has_changed(string file)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Nodes", "Recorded", file);
        var known = KnownHosts.Load(path);

        Assert.Equal(new HostKeyVerdict(HostKeyTrust.Trusted, path, 1), known.Judge("pg-sitea", 22, Ed25519));
        Assert.Equal(new HostKeyVerdict(HostKeyTrust.Changed, path, 1), known.Judge("pg-sitea", 22, Other));
        Assert.Equal(new HostKeyVerdict(HostKeyTrust.Changed, path, 2), known.Judge("10.1.0.11", 22, Ed25519));
        Assert.Equal(new HostKeyVerdict(HostKeyTrust.Trusted, path, 3), known.Judge("etcd-1", 2222, Ed25519));
        Assert.Equal(new HostKeyVerdict(HostKeyTrust.Unknown, null, null), known.Judge("etcd-1", 22, Ed25519));
        Assert.Equal(new HostKeyVerdict(HostKeyTrust.Unknown, null, null), known.Judge("pg-siteb", 22, Ed25519));
        Assert.Equal(["ssh-rsa"], known.KeyTypes("10.1.0.11", 22));
    }

    [Theory]
    [InlineData("known_hosts.plain")]
    [InlineData("known_hosts.hashed")]
    public void A_name_is_looked_up_whatever_its_case(string file)
    {
        var known = KnownHosts.Load(Path.Combine(AppContext.BaseDirectory, "Nodes", "Recorded", file));

        Assert.Equal(HostKeyTrust.Trusted, known.Judge("PG-siteA", 22, Ed25519).Trust);
    }

    [Theory]
    [InlineData("*.example.org", "a.example.org", true)]
    [InlineData("*.example.org", "example.org", false)]
    [InlineData("10.1.0.1?", "10.1.0.11", true)]
    [InlineData("10.1.0.1?", "10.1.0.1", false)]
    [InlineData("a,b,c", "b", true)]
    [InlineData("*,!bad.example.org", "good.example.org", true)]
    [InlineData("*,!bad.example.org", "bad.example.org", false)]
    [InlineData("!bad.example.org", "good.example.org", false)]
    [InlineData("fe80::1", "fe80::1", true)]
    public void Patterns_choose_hosts_as_ssh_does(string pattern, string host, bool matches)
    {
        Assert.Equal(matches ? HostKeyTrust.Trusted : HostKeyTrust.Unknown, Parse($"{pattern} ssh-ed25519 {Ed25519Text}").Judge(host, 22, Ed25519).Trust);
    }

    [Fact]
    public void A_revoked_key_is_refused_though_another_line_trusts_it()
    {
        var known = Parse($"host ssh-ed25519 {Ed25519Text}", $"@revoked * ssh-ed25519 {Ed25519Text} stolen");

        Assert.Equal(new HostKeyVerdict(HostKeyTrust.Revoked, "known_hosts", 2), known.Judge("host", 22, Ed25519));
    }

    [Fact]
    public void A_revoked_key_says_nothing_of_other_keys()
    {
        var known = Parse($"@revoked * ssh-ed25519 {Ed25519Text}");

        Assert.Equal(HostKeyTrust.Unknown, known.Judge("host", 22, Other).Trust);
        Assert.Empty(known.KeyTypes("host", 22));
    }

    [Fact]
    public void A_host_with_two_keys_is_trusted_with_either()
    {
        var known = Parse($"host ssh-ed25519 {Convert.ToBase64String(Other)}", $"host ssh-ed25519 {Ed25519Text}");

        Assert.Equal(2, known.Judge("host", 22, Ed25519).Line);
        Assert.Equal(1, known.Judge("host", 22, Other).Line);
    }

    [Fact]
    public void A_host_that_only_a_certificate_authority_vouches_for_is_refused_with_that_reason()
    {
        var known = Parse("other ssh-ed25519 AAAA", $"@cert-authority * ssh-ed25519 {Ed25519Text}");
        var target = new SshTarget("pg-siteA", "host", 22, "nobody", [], known.Files, TimeSpan.FromSeconds(1));

        Assert.Equal(new HostKeyVerdict(HostKeyTrust.CertificateOnly, "known_hosts", 2), known.Judge("host", 22, Ed25519));
        Assert.Empty(known.KeyTypes("host", 22));
        var refusal = SshErrors.IfDistrusted(target, known, "ssh-ed25519", Ed25519)!;
        Assert.Equal("HostKeyCertificateUnsupported", refusal.Id);
        Assert.Contains("known_hosts:2 trusts a certificate authority for it; certificates are not supported", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("# host ssh-ed25519 AAAA")]
    [InlineData("host")]
    [InlineData("host ssh-ed25519")]
    [InlineData("host ssh-ed25519 !!!not-base64!!!")]
    [InlineData("@revoked")]
    [InlineData("@unheard-of host ssh-ed25519 AAAA")]
    [InlineData("|1| ssh-ed25519 AAAA")]
    [InlineData("|1|x|y ssh-ed25519 AAAA")]
    [InlineData("|1|bL3qp7aqUYduGQPXe35t/LLMuoM= ssh-ed25519 AAAA")]
    [InlineData("\0\u00ff ssh-ed25519 AAAA")]
    [InlineData(", ssh-ed25519 AAAA")]
    public void A_line_that_is_not_of_the_format_is_passed_over(string line)
    {
        var known = Parse(line, $"\thost  ssh-ed25519\t{Ed25519Text}  a comment");

        Assert.Equal(new HostKeyVerdict(HostKeyTrust.Trusted, "known_hosts", 2), known.Judge("host", 22, Ed25519));
    }

    [Fact]
    public void A_file_that_does_not_exist_trusts_nobody()
    {
        Assert.Equal(HostKeyTrust.Unknown, KnownHosts.Load("/nowhere/known_hosts").Judge("host", 22, Ed25519).Trust);
    }

    private static KnownHosts Parse(params string[] lines) => KnownHosts.Parse("known_hosts", lines);
}
