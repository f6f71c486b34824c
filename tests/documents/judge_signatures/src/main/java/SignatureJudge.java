import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.time.Instant;
import java.util.Date;

/** Judges PDF files with the European Commission's DSS library: one line a signature, tab-separated.
 *  Arguments: root certificate, moment (ISO 8601), files. Lines: file, field, indication, sub-indication, level, remarks. */
public final class SignatureJudge {
    public static void main(String[] arguments) {
        CommonTrustedCertificateSource roots = new CommonTrustedCertificateSource();
        roots.addCertificate(DSSUtils.loadCertificate(new File(arguments[0])));
        Date moment = Date.from(Instant.parse(arguments[1]));
        for (int index = 2; index < arguments.length; index++) {
            judge(new File(arguments[index]), roots, moment);
        }
    }

    private static void judge(File file, CommonTrustedCertificateSource roots, Date moment) {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(roots);
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(file));
        validator.setCertificateVerifier(verifier);
        validator.setValidationTime(moment);
        Reports reports = validator.validateDocument();
        SimpleReport simple = reports.getSimpleReport();
        DiagnosticData facts = reports.getDiagnosticData();
        for (SignatureWrapper signature : facts.getSignatures()) {
            String id = signature.getId();
            StringBuilder remarks = new StringBuilder();
            for (Message each : simple.getAdESValidationErrors(id)) remarks.append("E:").append(each.getValue()).append(" | ");
            for (Message each : simple.getAdESValidationWarnings(id)) remarks.append("W:").append(each.getValue()).append(" | ");
            line(file, String.join(",", signature.getSignatureFieldNames()), simple.getIndication(id), simple.getSubIndication(id),
                String.valueOf(simple.getSignatureFormat(id)), remarks.toString());
        }
        for (TimestampWrapper stamp : facts.getTimestampList()) {
            if (simple.getIndication(stamp.getId()) == null) continue;
            StringBuilder remarks = new StringBuilder();
            for (Message each : simple.getAdESValidationErrors(stamp.getId())) remarks.append("E:").append(each.getValue()).append(" | ");
            for (Message each : simple.getAdESValidationWarnings(stamp.getId())) remarks.append("W:").append(each.getValue()).append(" | ");
            line(file, "time-stamp:" + stamp.getType(), simple.getIndication(stamp.getId()), simple.getSubIndication(stamp.getId()), "", remarks.toString());
        }
    }

    private static void line(File file, String field, Indication indication, Object sub, String level, String remarks) {
        System.out.println(String.join("\t", file.getName(), field, String.valueOf(indication), sub == null ? "" : sub.toString(), level, remarks));
    }
}
