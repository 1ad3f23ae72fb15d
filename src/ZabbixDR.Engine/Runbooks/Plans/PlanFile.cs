using ZabbixDR.Engine.Files;

namespace ZabbixDR.Engine.Runbooks.Plans;

/// <summary>Plans as files: the plan first, as YAML; then its approvals, each a document of its own.</summary>
public static class PlanFile
{
    // A plan has about a kilobyte a step.
    private const int Largest = 4 * 1024 * 1024;

    /// <summary>Writes a plan, and reads it back.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="path">The file, absolute.</param>
    /// <param name="replace">Whether one that is there gives way.</param>
    /// <exception cref="DrException"><c>PlanFileExists</c>, <c>PlanFileInvalid</c>, and those of the file system.</exception>
    public static SavedPlan Save(DrPlan plan, string path, bool replace)
    {
        RequireFree(path, replace);
        Write(path, System.Text.Encoding.UTF8.GetBytes(PlanYaml.Of(plan)), replace);
        return Read(path);
    }

    /// <summary>Demands that a plan may be written there.</summary>
    /// <exception cref="DrException"><c>PlanFileExists</c>.</exception>
    public static void RequireFree(string path, bool replace)
    {
        if (!replace && File.Exists(path))
        {
            throw PlanFileExists(path);
        }
    }

    /// <summary>Reads a plan and its approvals. Whether the approvals are good is not looked at here.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <exception cref="DrException"><c>PlanFileInvalid</c>, where it is not as the module wrote it; those of the file system.</exception>
    public static SavedPlan Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var buffer = new byte[Largest + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length > Largest ? throw new InvalidDataException("it is larger than any plan") : Parse(path, buffer[..length]);
        }
        catch (InvalidDataException error)
        {
            throw PlanFileInvalid(path, error);
        }
        catch (Exception error) when (FileErrors.Knows(error))
        {
            throw FileErrors.From("Reading the plan", path, error);
        }
    }

    /// <summary>Takes a file apart.</summary>
    /// <exception cref="InvalidDataException">It is not as the module writes it.</exception>
    internal static SavedPlan Parse(string path, byte[] content)
    {
        // No line of a plan is the mark, so that the first one ends it.
        var mark = content.AsSpan().IndexOf("\n---\n"u8);
        var plan = mark < 0 ? content : content[..(mark + 1)];
        return new SavedPlan(path, PlanReader.Read(plan), plan, PlanApproval.ReadAll(content[plan.Length..]));
    }

    /// <summary>Writes the file anew, with one approval more.</summary>
    internal static SavedPlan Add(SavedPlan saved, PlanApproval approval)
    {
        Write(saved.Path, [.. saved.Content, .. saved.Approvals.Append(approval).SelectMany(one => one.ToBytes())], replace: true);
        return Read(saved.Path);
    }

    private static void Write(string path, byte[] content, bool replace)
    {
        try
        {
            WholeFile.Write(path, content, replace);
        }
        catch (Exception error) when (FileErrors.Knows(error))
        {
            throw !replace && File.Exists(path) ? PlanFileExists(path) : FileErrors.From("Writing the plan", path, error);
        }
    }

    private static DrException PlanFileExists(string path) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Writing the plan {path}",
        "the file exists",
        "Name another, or give -Force to replace it.");

    private static DrException PlanFileInvalid(string path, Exception cause) => DrException.Of(
        DrErrorKind.InvalidData,
        null,
        $"Reading the plan {path}",
        cause.Message,
        "It is taken only as New-DrPlan wrote it: take the original, or make a new plan.",
        cause);
}
