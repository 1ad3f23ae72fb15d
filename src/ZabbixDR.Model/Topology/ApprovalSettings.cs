namespace ZabbixDR;

/// <summary>Who may approve plans. Where the topology says it, Invoke-DrPlan runs only what another person than its maker has approved.</summary>
/// <param name="AllowedSigners">The file of principals and their SSH keys (ssh-keygen(1), ALLOWED SIGNERS), absolute on this machine.</param>
/// <param name="Required">Whether runbooks run by an approved plan only, and not by a command of their own.</param>
public sealed record ApprovalSettings(string AllowedSigners, bool Required);
