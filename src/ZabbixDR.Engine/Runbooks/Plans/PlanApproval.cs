using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.Runbooks.Plans;

/// <summary>An approval as it stands in a plan's file: who, when, and the SSH signature over the plan and the time.</summary>
/// <param name="At">When it was given, in UTC, by the clock of who gave it.</param>
/// <param name="By">The principal that the allowed signers' file names; proven by the signature alone.</param>
/// <param name="Signature">The signature, armoured, as ssh-keygen writes it.</param>
internal sealed partial record PlanApproval(DateTimeOffset At, string By, string Signature)
{
    /// <summary>What is signed: the plan, and the line of the time.</summary>
    public static byte[] Message(byte[] plan, DateTimeOffset at) => [.. plan, .. Encoding.ASCII.GetBytes(Head(at))];

    /// <summary>The approval as it is written.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes(
        $"{Head(At)}by: {By}\nsignature: |\n{string.Concat(Signature.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"  {line.TrimEnd('\r')}\n"))}");

    /// <summary>Reads the approvals that follow a plan.</summary>
    /// <exception cref="InvalidDataException">Something else stands there.</exception>
    public static IReadOnlyList<PlanApproval> ReadAll(byte[] content)
    {
        var text = Encoding.ASCII.GetString(content);
        var found = Written().Matches(text);
        var approvals = found.Select(Read).ToList();
        return approvals.SelectMany(approval => approval.ToBytes()).SequenceEqual(content)
            ? approvals
            : throw new InvalidDataException("what follows the plan is not an approval as the module writes it");
    }

    private static PlanApproval Read(Match match) => DateTimeOffset.TryParseExact(match.Groups["at"].Value, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
        ? new PlanApproval(at, match.Groups["by"].Value, string.Concat(match.Groups["line"].Captures.Select(line => line.Value + "\n")))
        : throw new InvalidDataException("an approval's time is none");

    private static string Head(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"---\nat: {at.ToUniversalTime():O}\n");

    [GeneratedRegex(@"---\nat: (?<at>[^\n]+)\nby: (?<by>[!-~]+)\nsignature: \|\n(?:  (?<line>[!-~][ -~]*)\n)+", RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
