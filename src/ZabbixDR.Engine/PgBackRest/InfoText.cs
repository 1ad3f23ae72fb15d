using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// Reads the texts of <see cref="InfoDocument"/> so that they can be shown, and once where the same one follows soon: a version, a prior set and a
/// segment come back in set after set, and there can be ten thousand.
/// </summary>
internal sealed class InfoText : JsonConverter<string>
{
    // A few are enough: what repeats, repeats at once. One slot a hash, the last one stays; it is only ever a text too many.
    private const int Slots = 256;
    private readonly string?[] _recent = new string?[Slots];

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String && reader.TokenType != JsonTokenType.PropertyName)
        {
            throw new JsonException($"A text was expected, and {reader.TokenType} came.");
        }

        ref var slot = ref _recent[SlotOf(ref reader)];
        if (slot is { } recent && reader.ValueTextEquals(recent))
        {
            return recent;
        }

        return slot = PgBackRestErrors.Printable(TextOf(ref reader));
    }

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader, typeToConvert, options);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    private static int SlotOf(ref Utf8JsonReader reader)
    {
        var hash = new HashCode();
        if (reader.HasValueSequence)
        {
            foreach (var part in reader.ValueSequence)
            {
                hash.AddBytes(part.Span);
            }
        }
        else
        {
            hash.AddBytes(reader.ValueSpan);
        }

        return hash.ToHashCode() & (Slots - 1);
    }

    // Not every byte that pgBackRest passes on is UTF-8: what it could not decipher stands in its messages as it is.
    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return reader.HasValueSequence ? Encoding.UTF8.GetString(reader.ValueSequence) : Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }
}
