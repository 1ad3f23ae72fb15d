namespace ZabbixDR;

/// <summary>Where configuration archives are kept on the management host.</summary>
/// <param name="Directory">The folder, absolute.</param>
/// <param name="KeepDays">How many days an archive is kept.</param>
public sealed record ConfigurationSettings(string Directory, int KeepDays);
