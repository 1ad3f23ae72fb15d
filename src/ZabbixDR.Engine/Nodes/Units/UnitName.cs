using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.Nodes.Units;

/// <summary>The name of a piece of long work on a node: <c>zabbixdr-&lt;run&gt;-&lt;step&gt;</c>, by which it is found again.</summary>
public sealed partial record UnitName
{
    // systemd allows 255 characters with the suffix (UNIT_NAME_MAX); neither part ever needs as many as it may have.
    private const int LongestPart = 100;

    /// <summary>Makes the name.</summary>
    /// <param name="run">The run's id: letters, digits, dot, underscore and dash, a letter or digit first; at most 100 characters.</param>
    /// <param name="step">The step's name, likewise.</param>
    /// <exception cref="ArgumentException">One of them holds something else.</exception>
    public UnitName(string run, string step)
    {
        Require(run, nameof(run));
        Require(step, nameof(step));
        Text = $"zabbixdr-{run}-{step}";
    }

    /// <summary>The name, without systemd's suffix.</summary>
    public string Text { get; }

    /// <summary>The name as systemd has it.</summary>
    internal string Service => $"{Text}.service";

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static void Require(string part, string parameter)
    {
        if (part.Length > LongestPart || !Allowed().IsMatch(part))
        {
            throw new ArgumentException($"'{part}' cannot be a part of a unit's name: letters, digits, '.', '_' and '-' only, a letter or digit first, at most {LongestPart}.", parameter);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();
}
