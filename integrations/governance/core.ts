// The core as one module, for callers that load it when they need it: with the YAML library and the schemas of all kinds it
// costs a tenth of a second, which `katalyst --help` and commands without artifacts need not pay.
export { evaluateChange } from './evaluate-change.ts'
export { folderProblems } from './folder-problems.ts'
export { evidenceProblems } from './gates.ts'
export { buildIndex } from './governance-index.ts'
export { parseArtifact } from './parse-artifact.ts'
export { parseGovernance } from './parse-governance.ts'
export { arrangeProblems } from './problem-list.ts'
export { proposeEdit } from './propose-edit.ts'
export { planRoadmap } from './roadmap-source-plan.ts'
export { parseSettings, SETTINGS_FILE } from './settings.ts'
export { buildTaxonomyIndex } from './taxonomy-index.ts'
