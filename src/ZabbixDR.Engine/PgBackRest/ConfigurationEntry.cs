namespace ZabbixDR.Engine.PgBackRest;

/// <summary>An option that pgbackrest.conf shall have.</summary>
/// <param name="Section">Its section.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Value">Its value.</param>
/// <param name="Key">The key of the topology file that it comes from.</param>
/// <param name="IsDefault">True where the topology says nothing of it: a value that is there already is as good.</param>
internal sealed record ConfigurationEntry(string Section, string Name, string Value, string Key, bool IsDefault)
{
    /// <summary>Whether it is what pgBackRest takes where nothing is set.</summary>
    public bool IsImplied { get; init; }

    /// <summary>Whether what a file has is as good.</summary>
    /// <param name="value">The file's value; null where it has none.</param>
    public bool IsMetBy(string? value) => value == Value || (value is null ? IsImplied : IsDefault);

    /// <summary>Whether nobody may be shown its value.</summary>
    public bool IsSecret => PgBackRestFile.IsSecret(Name);

    // A record prints its members otherwise.
    public override string ToString() => $"[{Section}] {Name}={(IsSecret ? "(secret)" : Value)}";
}
