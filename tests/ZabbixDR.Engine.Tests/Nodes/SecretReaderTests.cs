using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Engine.Tests.Nodes;

public sealed class SecretReaderTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _file = Path.GetTempFileName();
    private readonly string _variable = $"ZABBIXDR_TEST_{Guid.NewGuid():N}";

    [Fact]
    public void A_variable_gives_its_value()
    {
        Environment.SetEnvironmentVariable(_variable, "hunter2");

        Assert.Equal("hunter2", Read(SecretSource.Env, _variable).Reveal());
    }

    [Fact]
    public void A_file_gives_its_first_line()
    {
        File.WriteAllText(_file, "hunter2\r\nsecond\n");

        Assert.Equal("hunter2", Read(SecretSource.File, _file).Reveal());
    }

    [Fact]
    public void A_secret_does_not_print_itself()
    {
        var secret = new Secret("hunter2");
        var access = new SessionAccess { User = "operator", Password = secret };
        var everything = new JsonSerializerOptions { IncludeFields = true };

        foreach (var text in new[]
        {
            $"{secret}", $"{access}", $"{(secret, access)}", JsonSerializer.Serialize(secret, everything), JsonSerializer.Serialize(access, everything),
            $"{new InvalidOperationException($"{secret}", new ArgumentException(secret.ToString()))}",
        })
        {
            Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        }

        Assert.Equal("(secret)", typeof(Secret).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);
        Assert.Empty(typeof(Secret).GetProperties());
        Assert.Empty(typeof(Secret).GetFields());
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_that_others_may_read_or_write_is_refused(UnixFileMode more)
    {
        File.WriteAllText(_file, "hunter2");
        File.SetUnixFileMode(_file, OwnerOnly | more);

        var error = Assert.Throws<DrException>(() => Read(SecretSource.File, _file));

        Assert.Equal(("SecretExposed", DrErrorKind.Precondition), (error.Id, error.Kind));
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_is_told_with_its_place_and_purpose()
    {
        File.WriteAllText(_file, "\nsecond");
        foreach (var (source, name) in new[] { (SecretSource.Env, _variable), (SecretSource.File, _file), (SecretSource.File, "/nowhere/secret") })
        {
            var error = Assert.Throws<DrException>(() => Read(source, name));

            Assert.Equal("SecretMissing", error.Id);
            Assert.Contains($"Reading the password from {new SecretReference(source, name)} failed", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_vault_is_refused_where_there_is_none()
    {
        Assert.Equal("SecretVaultAbsent", Assert.Throws<DrException>(() => Read(SecretSource.Vault, "x")).Id);
    }

    public void Dispose()
    {
        File.Delete(_file);
        Environment.SetEnvironmentVariable(_variable, null);
    }

    private static Secret Read(SecretSource source, string name) => new SecretReader(null).Read(new SecretReference(source, name), "the password", CancellationToken.None);
}
