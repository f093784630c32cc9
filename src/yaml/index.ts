// YAML as people's input to Portcullis: policy files and portcullis.yaml. A strict subset, read once, with positions.
// Every scalar comes out as its source text (`NO` is "NO", `010` is "010"): types come from the reader's schema alone.

export type { YamlDocument, YamlFault, YamlPosition, YamlReading } from './read-yaml.ts'
export { readYaml } from './read-yaml.ts'
export { showFault } from './show-fault.ts'
