using System.Text.Json;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>Reads <c>pgbackrest repo-ls --output=json</c>: an object with a member a path (src/command/repo/ls.c).</summary>
internal static class RepositoryListing
{
    /// <summary>The files, without folders and links.</summary>
    /// <exception cref="JsonException">It is no such document.</exception>
    public static IEnumerable<RepositoryFile> Files(string json)
    {
        using var document = JsonDocument.Parse(json);
        var files = new List<RepositoryFile>();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Value.TryGetProperty("type", out var type) && type.ValueEquals("file"))
            {
                files.Add(new RepositoryFile(
                    member.Name,
                    member.Value.GetProperty("size").GetInt64(),
                    DateTimeOffset.FromUnixTimeSeconds(member.Value.GetProperty("time").GetInt64())));
            }
        }

        return files;
    }
}
