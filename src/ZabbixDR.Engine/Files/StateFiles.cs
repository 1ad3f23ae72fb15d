namespace ZabbixDR.Engine.Files;

/// <summary>
/// Files of lines in the state folder of this user: <c>$XDG_STATE_HOME/zabbixdr</c> (XDG Base Directory Specification), <c>%LOCALAPPDATA%</c>
/// on Windows.
/// </summary>
internal sealed class StateFiles : ILineFiles
{
    private readonly string _folder;
    private readonly string _extension;

    /// <summary>Names them.</summary>
    /// <param name="folder">The folder within the state folder.</param>
    /// <param name="extension">How their names end.</param>
    public StateFiles(string folder, string extension)
    {
        _folder = folder;
        _extension = extension;
    }

    // Asked each time: the environment of a session may change.
    private string Folder
    {
        get
        {
            var state = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } set && Path.IsPathFullyQualified(set)
                    ? set
                    : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
            return Path.Combine(state, "zabbixdr", _folder);
        }
    }

    public void Append(string name, string line) => AppendedLine.Write(PathOf(name), line);

    public IReadOnlyList<(string Name, string Text)> Read() => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, "*" + _extension).Select(file => (Path.GetFileNameWithoutExtension(file), File.ReadAllText(file)))]
        : [];

    public string PathOf(string name) => Path.Combine(Folder, name + _extension);
}
