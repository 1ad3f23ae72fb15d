using System.Globalization;

namespace ZabbixDR.Engine.Etcd.Bolt;

/// <summary>What is wrong with a database file, and where.</summary>
internal static class BoltDamage
{
    /// <summary>Throws unless what was looked at is sound. The text is made only then: it is asked for every element.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public static void Unless(bool sound, long offset, string what)
    {
        if (!sound)
        {
            throw At(offset, what);
        }
    }

    /// <inheritdoc cref="Unless(bool, long, string)"/>
    public static void Unless(bool sound, long offset, string what, long value)
    {
        if (!sound)
        {
            throw At(offset, string.Format(CultureInfo.InvariantCulture, what, value));
        }
    }

    public static InvalidDataException At(long offset, string what) => new($"at byte {offset.ToString(CultureInfo.InvariantCulture)} {what}");
}
