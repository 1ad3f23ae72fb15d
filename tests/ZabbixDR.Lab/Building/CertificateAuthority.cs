using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ZabbixDR.Lab;

/// <summary>A certificate and its key, both as PEM.</summary>
internal sealed record CertificatePair(string Certificate, string Key);

/// <summary>
/// The lab's own authority. Newer verifiers are strict (RFC 5280, 4.2.1): the authority states its key usage,
/// each leaf the key identifier of its issuer.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    // Saved states are kept for weeks, and one certificate has to have expired already.
    private static readonly TimeSpan Validity = TimeSpan.FromDays(3650);

    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private readonly X509Certificate2 _certificate;
    private readonly ECDsa _key;

    public CertificateAuthority()
    {
        _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ZabbixDR lab", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(_now - TimeSpan.FromDays(30), _now + Validity);
    }

    private CertificateAuthority(X509Certificate2 certificate) =>
        (_certificate, _key) = (certificate, certificate.GetECDsaPrivateKey()!);

    /// <summary>The authority of a lab that was brought up, out of its folder.</summary>
    public static CertificateAuthority Open(string folder) =>
        new(X509Certificate2.CreateFromPemFile(Path.Combine(folder, "ca.crt"), Path.Combine(folder, "ca.key")));

    /// <summary>The authority's own certificate and key.</summary>
    public CertificatePair Pair => new(_certificate.ExportCertificatePem(), _key.ExportPkcs8PrivateKeyPem());

    /// <summary>For a server that is also a client of its peers, as an etcd member is.</summary>
    public CertificatePair IssueServer(string name, string address)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Parse(address));
        names.AddIpAddress(IPAddress.Loopback);
        return Issue($"CN={name}", _now + Validity, names.Build(), new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2"));
    }

    public CertificatePair IssueClient(string subject) => Issue(subject, _now + Validity, null, new Oid("1.3.6.1.5.5.7.3.2"));

    /// <summary>For a client, and expired since yesterday.</summary>
    public CertificatePair IssueExpired(string subject) => Issue(subject, _now - TimeSpan.FromDays(1), null, new Oid("1.3.6.1.5.5.7.3.2"));

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    private CertificatePair Issue(string subject, DateTimeOffset until, X509Extension? names, params Oid[] purposes)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. purposes], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        if (names is not null) request.CertificateExtensions.Add(names);
        var issuerUntil = new DateTimeOffset(_certificate.NotAfter);
        using var certificate = request.Create(_certificate, _now - TimeSpan.FromDays(20), until < issuerUntil ? until : issuerUntil, RandomNumberGenerator.GetBytes(12));
        return new CertificatePair(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
