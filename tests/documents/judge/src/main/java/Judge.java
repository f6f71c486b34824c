import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Judges files by veraPDF: `Judge FILE FLAVOUR [FILE FLAVOUR]...`, one line per broken rule, tab-separated. */
final class Judge {
    private Judge() {
    }

    public static void main(String[] arguments) throws Exception {
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        for (int index = 0; index < arguments.length; index += 2) {
            judge(Path.of(arguments[index]), PDFAFlavour.byFlavourId(arguments[index + 1]));
        }
    }

    private static void judge(Path file, PDFAFlavour flavour) throws Exception {
        try (InputStream in = Files.newInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(in, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            String head = file.getFileName() + "\t" + flavour.getId() + "\t";
            Set<String> broken = new LinkedHashSet<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    broken.add(assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber()
                            + "\t" + assertion.getMessage().replaceAll("\\s+", " ")
                            + "\t" + assertion.getLocation().getContext());
                }
            }
            System.out.println(head + (result.isCompliant() ? "compliant" : "broken")
                    + "\t" + result.getTotalAssertions());
            broken.stream().limit(200).forEach(line -> System.out.println(head + line));
        }
    }
}
