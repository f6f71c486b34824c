import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.Security;
import java.security.Signature;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Judges SM2 records of papers with Bouncy Castle: one line a pair, tab-separated: digest, signature, chain with its lists.
 *  Arguments: root certificate, moment (ISO 8601), then pairs of record and paper. */
public final class Sm2Judge {
    private static final String MESSAGE_DIGEST = "1.2.840.113549.1.9.4";

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        CertificateFactory factory = CertificateFactory.getInstance("X.509", "BC");
        X509Certificate root = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(Files.readAllBytes(Path.of(arguments[0]))));
        Date moment = Date.from(Instant.parse(arguments[1]));
        for (int index = 2; index + 1 < arguments.length; index += 2) {
            byte[] record = Files.readAllBytes(Path.of(arguments[index]));
            System.out.println(judged(factory, root, moment, record, Files.readAllBytes(Path.of(arguments[index + 1]))));
        }
    }

    private static String judged(CertificateFactory factory, X509Certificate root, Date moment, byte[] record, byte[] paper) throws Exception {
        SignedData signed = SignedData.getInstance(ContentInfo.getInstance(record).getContent());
        SignerInfo signer = SignerInfo.getInstance(signed.getSignerInfos().getObjectAt(0));
        byte[] digest = MessageDigest.getInstance("SM3", "BC").digest(paper);
        boolean same = Arrays.equals(digest, saidDigest(signer));

        List<X509Certificate> certificates = new ArrayList<>();
        for (ASN1Encodable each : signed.getCertificates()) certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(each.toASN1Primitive().getEncoded())));
        List<X509CRL> lists = new ArrayList<>();
        for (ASN1Encodable each : signed.getCRLs()) lists.add((X509CRL) factory.generateCRL(new ByteArrayInputStream(each.toASN1Primitive().getEncoded())));
        IssuerAndSerialNumber named = IssuerAndSerialNumber.getInstance(signer.getSID().getId());
        X509Certificate own = certificates.stream().filter(each -> each.getSerialNumber().equals(named.getSerialNumber().getValue())).findFirst().orElseThrow();

        Signature signature = Signature.getInstance("SM3withSM2", "BC");
        signature.initVerify(own.getPublicKey());
        signature.update(signer.getAuthenticatedAttributes().getEncoded("DER"));
        boolean right = signature.verify(signer.getEncryptedDigest().getOctets());

        certificates.sort((one, other) -> one == own ? -1 : other == own ? 1 : 0);
        return String.join("\t", String.valueOf(same), String.valueOf(right), chain(factory, root, moment, certificates, lists));
    }

    private static byte[] saidDigest(SignerInfo signer) {
        for (ASN1Encodable each : (ASN1Set) signer.getAuthenticatedAttributes()) {
            Attribute attribute = Attribute.getInstance(each);
            if (attribute.getAttrType().getId().equals(MESSAGE_DIGEST)) return ASN1OctetString.getInstance(attribute.getAttrValues().getObjectAt(0)).getOctets();
        }
        return new byte[0];
    }

    private static String chain(CertificateFactory factory, X509Certificate root, Date moment, List<X509Certificate> certificates, List<X509CRL> lists) throws Exception {
        CertPath path = factory.generateCertPath(certificates);
        PKIXParameters wanted = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        wanted.setDate(moment);
        wanted.setRevocationEnabled(true);
        wanted.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists), "BC"));
        try {
            CertPathValidator.getInstance("PKIX", "BC").validate(path, wanted);
            return "valid";
        } catch (java.security.cert.CertPathValidatorException refused) {
            return String.valueOf(refused.getMessage());
        }
    }
}
