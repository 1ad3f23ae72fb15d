using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.Operations.Archiving;

/// <summary>A value of a configuration as it may be shown: what looks like a secret gives way to <c>***</c>.</summary>
internal static partial class ShownValue
{
    private const string Hidden = "***";

    public static string Of(string key, string value) => IsSecret().IsMatch(key[(key.LastIndexOf('.') + 1)..]) ? Hidden : Assigned().Replace(value, $"$1{Hidden}");

    [GeneratedRegex("pass|secret|token|key", RegexOptions.IgnoreCase)]
    private static partial Regex IsSecret();

    // PGBACKREST_REPO1_CIPHER_PASS=…, --repo1-s3-key-secret=…, password='…'
    [GeneratedRegex("""([\w-]*(?:pass|secret|token|key)[\w-]*\s*[=:]\s*)("[^"]*"|'[^']*'|\S+)""", RegexOptions.IgnoreCase)]
    private static partial Regex Assigned();
}
