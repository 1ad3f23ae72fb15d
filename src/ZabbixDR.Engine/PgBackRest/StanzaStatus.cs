namespace ZabbixDR.Engine.PgBackRest;

/// <summary>The status codes of a stanza in <c>info</c> (INFO_STANZA_STATUS_CODE_* in src/command/info/info.c).</summary>
internal static class StanzaStatus
{
    public const int Ok = 0;

    public const int MissingPath = 1;

    public const int NoBackup = 2;

    public const int MissingData = 3;

    public const int DatabaseMismatch = 5;
}
