/** Where the bill of materials stands among a bundle's files, and what it is. */
export const sbomPath = 'sbom.cdx.json';
export const sbomMediaType = 'application/vnd.cyclonedx+json';
