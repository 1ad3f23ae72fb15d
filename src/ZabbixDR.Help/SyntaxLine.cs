namespace ZabbixDR.Help;

/// <summary>A parameter set in the notation of Get-Command -Syntax.</summary>
internal static class SyntaxLine
{
    public static string Of(string cmdlet, IEnumerable<ParameterHelp> set) =>
        string.Join(' ', [cmdlet, .. set.Select(Of), "[<CommonParameters>]"]);

    private static string Of(ParameterHelp parameter)
    {
        var name = parameter.Position is null ? $"-{parameter.Name}" : $"[-{parameter.Name}]";
        var whole = parameter.IsSwitch ? $"-{parameter.Name}" : $"{name} <{parameter.Type}>";
        return parameter.Mandatory ? whole : $"[{whole}]";
    }
}
