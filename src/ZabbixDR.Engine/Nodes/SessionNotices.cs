using System.Collections.Concurrent;

namespace ZabbixDR.Engine.Nodes;

/// <summary>
/// Warnings from workers of a session, kept until a command of it shows them: connections are made by whichever command needs them
/// first. As many as there are new host keys.
/// </summary>
public sealed class SessionNotices
{
    private readonly ConcurrentQueue<string> _waiting = [];

    /// <summary>Adds one, from any thread.</summary>
    public void Add(string notice) => _waiting.Enqueue(notice);

    /// <summary>Takes those that were not taken yet, oldest first.</summary>
    public IEnumerable<string> Take()
    {
        while (_waiting.TryDequeue(out var notice))
        {
            yield return notice;
        }
    }
}
