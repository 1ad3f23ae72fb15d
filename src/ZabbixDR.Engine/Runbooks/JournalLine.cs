using System.Text.Json;
using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>A line of a run's journal. A line is one JSON object; it holds no secret, since no step's argument may be one.</summary>
internal sealed record JournalLine
{
    /// <summary>The run.</summary>
    public required string Run { get; init; }

    /// <summary>Its place in the journal, from 1: the copies on the nodes are put together by it.</summary>
    public required int Number { get; init; }

    /// <summary>When it was written, in UTC, by the clock of who wrote it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it tells.</summary>
    public required JournalEvent Event { get; init; }

    /// <summary>Who wrote it: user and host.</summary>
    public required string Operator { get; init; }

    /// <summary>The step; null for a line that is about the run.</summary>
    public string? Step { get; init; }

    /// <summary>How the step stands after it.</summary>
    public DrStepStatus? Status { get; init; }

    /// <summary>What was seen, or the failure.</summary>
    public string? Detail { get; init; }

    /// <summary>What was seen, by name; null where nothing but the detail was.</summary>
    public IReadOnlyDictionary<string, string>? Facts { get; init; }

    /// <summary>How long the step took.</summary>
    public TimeSpan? Elapsed { get; init; }

    /// <summary>The fencing number that the run was given.</summary>
    public long? Fence { get; init; }

    /// <summary>How the run ended.</summary>
    public DrRunStatus? Outcome { get; init; }

    /// <summary>The plan, in the first line.</summary>
    public DrPlan? Plan { get; init; }

    /// <summary>The line as it is written, without its end.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JournalJson.Default.JournalLine);

    /// <summary>Reads a journal. A last line that was cut while it was written is left out; nothing had been done on its word.</summary>
    /// <exception cref="InvalidDataException">A line before the last is no journal's.</exception>
    public static IReadOnlyList<JournalLine> ReadAll(string text)
    {
        var lines = text.Split('\n');
        var read = new List<JournalLine>();
        for (var index = 0; index < lines.Length - 1; index++)
        {
            try
            {
                read.Add(JsonSerializer.Deserialize(lines[index], JournalJson.Default.JournalLine) ?? throw new JsonException("it is null"));
            }
            catch (JsonException) when (lines[index].Length == 0 || index == lines.Length - 2)
            {
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"line {index + 1} is no line of a journal ({error.Message})", error);
            }
        }

        return read;
    }
}

/// <summary>How journals are written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class JournalJson : JsonSerializerContext;
