namespace ZabbixDR;

/// <summary>The rights of one login user, as files for the nodes. Nothing is installed by making them.</summary>
public sealed record DrSudoRule
{
    /// <summary>What the user may do with them.</summary>
    public required DrRightsProfile Profile { get; init; }

    /// <summary>The login user.</summary>
    public required string User { get; init; }

    /// <summary>Where the file goes on each of <see cref="Nodes"/>; root:root, mode 0440.</summary>
    public required string Path { get; init; }

    /// <summary>The nodes that need the file.</summary>
    public required IReadOnlyList<string> Nodes { get; init; }

    /// <summary>The file, in the format of sudoers(5). <c>visudo -cf</c> checks it.</summary>
    public required string Content { get; init; }

    /// <summary>
    /// SQL for the primary, to be run once by its superuser with psql: the role through which PostgreSQL and Zabbix's tables are looked at. Null
    /// where the profile needs none.
    /// </summary>
    public string? Sql { get; init; }
}
