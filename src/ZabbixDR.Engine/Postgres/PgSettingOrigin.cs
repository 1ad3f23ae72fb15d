namespace ZabbixDR.Engine.Postgres;

/// <summary>A setting of a server, and where it comes from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="File">The file that it was read from; null where it came otherwise, and for logins that may not see it.</param>
internal sealed record PgSettingOrigin(string Name, string Value, string? File);
