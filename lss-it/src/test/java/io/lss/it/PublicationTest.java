package io.lss.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** What the POMs say is complete, and what one says of others is true. */
class PublicationTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static Document pom(String folder) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(ROOT.resolve(folder).resolve("pom.xml").toFile());
    }

    private static List<String> texts(Document pom, String path) throws XPathExpressionException {
        NodeList nodes = (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, pom, XPathConstants.NODESET);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent().strip());
        }
        return texts;
    }

    private static String text(Document pom, String path) throws XPathExpressionException {
        List<String> texts = texts(pom, path);
        assertEquals(1, texts.size(), path + ": " + texts);
        return texts.getFirst();
    }

    private static Set<String> published() throws Exception {
        Set<String> published = new TreeSet<>();
        for (String module : texts(pom("."), "/project/modules/module")) {
            if (!texts(pom(module), "/project/properties/maven.deploy.skip").equals(List.of("true"))) {
                published.add(module);
            }
        }
        return published;
    }

    @Test
    void whatIsNotPublishedHasNoReleaseJarsEither() throws Exception {
        for (String module : texts(pom("."), "/project/modules/module")) {
            Document pom = pom(module);
            List<String> skipped = texts(pom, "/project/properties/maven.deploy.skip");
            assertEquals(skipped, texts(pom, "/project/properties/maven.install.skip"), module);
            assertEquals(skipped, texts(pom, "/project/properties/maven.source.skip"), module);
            assertEquals(skipped, texts(pom, "/project/properties/maven.javadoc.skip"), module);
        }
    }

    @Test
    void theBillOfMaterialsNamesWhatIsPublishedInItsOwnVersion() throws Exception {
        Set<String> expected = published();
        assertTrue(expected.remove("lss-bom") && expected.contains("lss-api") && expected.size() >= 9, expected.toString());
        Document bom = pom("lss-bom");
        assertEquals(expected, new TreeSet<>(texts(bom, "//dependencyManagement//artifactId")));
        assertEquals(Set.of("${project.version}"), Set.copyOf(texts(bom, "//dependencyManagement//version")));
        assertEquals(text(pom("."), "/project/version"), text(bom, "/project/version"), "it has no parent to take the version from");
        assertEquals(text(pom("."), "/project/properties/lss.home"), text(bom, "/project/properties/lss.home"));
    }

    @Test
    void everyPublishedModuleSaysWhatItIs() throws Exception {
        Document parent = pom(".");
        for (String path : List.of("url", "licenses/license/url", "developers/developer/name", "scm/url", "scm/connection")) {
            assertTrue(!text(parent, "/project/" + path).isBlank(), path);
            assertTrue(!text(pom("lss-bom"), "/project/" + path).isBlank(), path);
        }
        for (String module : published()) {
            assertTrue(!text(pom(module), "/project/name").isBlank() && !text(pom(module), "/project/description").isBlank(), module);
        }
    }

    @Test
    void noVersionStandsInAnExampleThatIsNotThis() throws Exception {
        String version = text(pom("."), "/project/version");
        List<String> found = new ArrayList<>();
        for (String example : List.of("examples/application", "examples/h2-provider")) {
            found.addAll(texts(pom(example), "/project/properties/lss.version"));
        }
        assertEquals(List.of(version, version), found);
    }

    @Test
    void theChangelogKnowsTheVersion() throws Exception {
        String version = text(pom("."), "/project/version").replace("-SNAPSHOT", "");
        List<String> releases = changelog().stream().filter(line -> line.startsWith("## ")).toList();
        assertTrue(releases.getFirst().startsWith("## " + version + " ("), releases.getFirst());
    }

    private static List<String> changelog() throws IOException {
        return Files.readAllLines(ROOT.resolve("CHANGELOG.md"));
    }
}
