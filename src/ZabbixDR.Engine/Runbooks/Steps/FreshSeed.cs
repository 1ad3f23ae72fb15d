namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>What a fresh cluster begins with.</summary>
/// <param name="Source">The snapshot that its users, roles and passwords come from; null to set up what the topology and Patroni name.</param>
/// <param name="Folder">The folder of Patroni's keys.</param>
/// <param name="SystemIdentifier">PostgreSQL's own, for Patroni's key initialize.</param>
/// <param name="Configuration">Patroni's dynamic configuration, and where it was found.</param>
/// <param name="User">The user that logs in, of all rights; null where nobody is asked who he is.</param>
/// <param name="PatroniUser">The user of Patroni's own, to be set up; null where it needs none, or the snapshot has it.</param>
/// <param name="PatroniFile">The file on the server that is to lead with that user's password.</param>
/// <param name="Users">The users, afterwards.</param>
/// <param name="Grants">What users and roles may, afterwards.</param>
internal sealed record FreshSeed(
    SnapshotToRestore? Source,
    string Folder,
    string SystemIdentifier,
    ConfigurationToKeep Configuration,
    string? User,
    string? PatroniUser,
    string PatroniFile,
    IReadOnlyList<string> Users,
    IReadOnlyList<string> Grants);
