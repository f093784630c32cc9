// The front of the settings room: the only reader of the environment and of portcullis.yaml.

export { readBearerToken } from './bearer-token.ts'
export { SettingsError, type SettingsFault } from './faults.ts'
export { loadControlSettings, loadSettings } from './load.ts'
export { logPathOf } from './log-path.ts'
export { settingsPage } from './page.ts'
export { policySection } from './policy-section.ts'
