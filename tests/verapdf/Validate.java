import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;

/** Prints each rule of PDF/A-2a and PDF/UA-1 that a file breaks, and fails when there are any. */
public class Validate {
    public static void main(String[] paths) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        boolean compliant = true;
        for (String path : paths) {
            compliant &= follows(path, PDFAFlavour.PDFA_2_A) & follows(path, PDFAFlavour.PDFUA_1);
        }
        System.exit(compliant ? 0 : 1);
    }

    private static boolean follows(String path, PDFAFlavour flavour) throws Exception {
        var foundry = Foundries.defaultInstance();
        try (var parser = foundry.createParser(new FileInputStream(path), flavour);
                var validator = foundry.createValidator(flavour, false)) {
            var result = validator.validate(parser);
            for (var broken : result.getTestAssertions()) {
                var rule = broken.getRuleId();
                System.out.printf(
                        "%s %s %s-%d: %s%n",
                        path, flavour.getId(), rule.getClause(), rule.getTestNumber(), broken.getMessage());
            }
            return result.isCompliant();
        }
    }
}
