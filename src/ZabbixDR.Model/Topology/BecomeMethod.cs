namespace ZabbixDR;

/// <summary>How a command runs as a user other than the one that logged in.</summary>
public enum BecomeMethod
{
    /// <summary><c>sudo -n</c>, without a password.</summary>
    Sudo,

    /// <summary>Not at all: the login user runs everything.</summary>
    None,
}
