namespace ZabbixDR.Engine.Tests.PgBackRest;

/// <summary>Keeps what is reported, in order and on the reporter's thread, as <see cref="Progress{T}"/> does not.</summary>
internal sealed class Collected<T> : List<T>, IProgress<T>
{
    public void Report(T value) => Add(value);
}
