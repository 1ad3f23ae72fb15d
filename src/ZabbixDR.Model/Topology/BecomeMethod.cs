namespace ZabbixDR;

/// <summary>How a command runs as a user other than the one that logged in.</summary>
public enum BecomeMethod
{
    /// <summary><c>sudo</c>, without a password unless <see cref="AccessSettings.BecomePassword"/> tells it.</summary>
    Sudo,

    /// <summary>Not at all: the login user runs everything.</summary>
    None,
}
