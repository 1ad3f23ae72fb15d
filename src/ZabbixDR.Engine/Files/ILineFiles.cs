namespace ZabbixDR.Engine.Files;

/// <summary>Files of lines, by name, in one place of this machine.</summary>
internal interface ILineFiles
{
    /// <summary>Adds a line to a file, and has it on disk; a file that is missing is made.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    void Append(string name, string line);

    /// <summary>Reads all of them.</summary>
    /// <exception cref="IOException">One could not be read.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be read.</exception>
    IReadOnlyList<(string Name, string Text)> Read();

    /// <summary>Where a file lies, for messages.</summary>
    string PathOf(string name);
}
