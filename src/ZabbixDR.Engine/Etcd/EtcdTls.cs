using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ZabbixDR.Engine.Files;

namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// One connection's side of TLS: the deployment's own authority instead of the machine's, the client certificate, and the
/// reason for which a server certificate was refused, which the HTTP stack would not tell.
/// </summary>
internal sealed class EtcdTls
{
    private readonly EtcdTarget _target;

    private EtcdTls(EtcdTarget target, SslClientAuthenticationOptions options)
    {
        _target = target;
        Options = options;
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Accept(certificate as X509Certificate2, chain, errors);
    }

    /// <summary>What the connection is made with.</summary>
    public SslClientAuthenticationOptions Options { get; }

    /// <summary>Why the server's certificate was refused; null where it was not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>The client certificate's CN; null where there is no certificate.</summary>
    public string? ClientName => Options.ClientCertificateContext?.TargetCertificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    /// <summary>When the server's certificate ends, in UTC, accepted or not; null before there was a handshake.</summary>
    public DateTimeOffset? CertificateExpiresAt { get; private set; }

    /// <summary>What ended a connection; null where none was ended by a failure.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>
    /// True from the end of our side of the handshake until the first byte of the member's: a connection that ends between them is one
    /// that the member refused. Its alert is lost where our first bytes met a socket that was closed already.
    /// </summary>
    public bool IsUnheard { get; private set; }

    /// <summary>Our side of the handshake is done.</summary>
    public void Shaken() => IsUnheard = true;

    /// <summary>A read gave this many bytes.</summary>
    public void Heard(int length) => IsUnheard &= length == 0;

    /// <summary>A connection failed on a read. The first failure is the cause, the others its consequences.</summary>
    public void Heard(Exception failure) => Failure ??= failure;

    /// <summary>Reads the files; null where etcd is spoken to without TLS.</summary>
    /// <exception cref="DrException">
    /// <c>EtcdCertificateUnreadable</c>, <c>EtcdClientCertificateExpired</c>.
    /// </exception>
    public static EtcdTls? Load(EtcdTarget target)
    {
        if (target.Settings.CaFile is not { } caFile)
        {
            return null;
        }

        var policy = Reading(target, caFile, () => PemFiles.Trust(caFile));
        return new EtcdTls(target, new SslClientAuthenticationOptions
        {
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            TargetHost = target.Endpoint.IdnHost,
            CertificateChainPolicy = policy,
            ClientCertificateContext = ClientCertificate(target),
        });
    }

    private static SslStreamCertificateContext? ClientCertificate(EtcdTarget target)
    {
        if (target.Settings is not { CertFile: { } certFile, KeyFile: { } keyFile })
        {
            return null;
        }

        var certificate = Reading(target, certFile, () => PemFiles.Certificate(certFile, keyFile));
        if (certificate.NotAfter.ToUniversalTime() < DateTime.UtcNow)
        {
            throw EtcdErrors.EtcdClientCertificateExpired(target, certFile, certificate.NotAfter.ToUniversalTime());
        }

        return PemFiles.Context(certificate, certFile);
    }

    private static T Reading<T>(EtcdTarget target, string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw EtcdErrors.EtcdCertificateUnreadable(target, file, error);
        }
    }

    private bool Accept(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        CertificateExpiresAt = certificate?.NotAfter.ToUniversalTime();
        Refusal = PemFiles.Refusal(certificate, chain, errors, _target.Endpoint.Host, _target.Settings.CaFile);
        return Refusal is null;
    }
}
