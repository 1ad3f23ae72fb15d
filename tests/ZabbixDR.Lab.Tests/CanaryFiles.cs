namespace ZabbixDR.Lab.Tests;

/// <summary>A folder for files that hold secrets, gone with the test.</summary>
internal sealed class CanaryFiles(LabFixture fixture) : IDisposable
{
    /// <summary>The folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("zdr-canary-").FullName;

    /// <summary>Writes a file that its owner alone may read.</summary>
    /// <returns>Its path.</returns>
    public string Private(string name, string text)
    {
        var file = Path.Combine(Folder, name);
        File.WriteAllText(file, text + "\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    /// <summary>A topology in which the operator's own key is locked with a passphrase.</summary>
    public async Task<string> TopologyWithLockedKeyAsync(string passphrase)
    {
        var key = Path.Combine(Folder, "id");
        File.Copy(Path.Combine(fixture.Lab.OperatorFolder, "id_ed25519"), key);
        await new ExternalCommand("ssh-keygen", "-q", "-p", "-P", "", "-N", passphrase, "-f", key).RunCheckedAsync();
        return fixture.TopologyWith("identityFile: id_ed25519", $"identityFile: {key}\n  identityPassphrase: file:{Private("passphrase", passphrase)}");
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
