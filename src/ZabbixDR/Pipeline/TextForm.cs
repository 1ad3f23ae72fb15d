namespace ZabbixDR.Pipeline;

/// <summary>How the value of a parameter is to be written.</summary>
public enum TextForm
{
    /// <summary>As pgBackRest names its backup sets.</summary>
    BackupLabel,

    /// <summary>As PostgreSQL writes a position in the WAL.</summary>
    WalPosition,

    /// <summary>A name of more than nothing, in one line.</summary>
    OneLine,

    /// <summary>Printable ASCII without a blank.</summary>
    OneWord,

    /// <summary>A path of a node, from the root on.</summary>
    AbsolutePath,

    /// <summary>Such a path, of letters, digits, dots, underscores and hyphens alone.</summary>
    PlainPath,
}
