namespace ZabbixDR.Engine.Patroni;

/// <summary>What Patroni answered to a call.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">Its words: the body, or the status's own where the body is the HTTP library's page.</param>
internal sealed record PatroniAnswer(int Status, string Text)
{
    /// <summary>True where it did or will do what was asked.</summary>
    public bool IsYes => Status is >= 200 and < 300;
}
