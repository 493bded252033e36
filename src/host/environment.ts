/** The environment of the programs that decide bytes: nothing that the caller's shell has set can reach them. */

/** Only where programs are found, and messages in English; TAR_OPTIONS, XZ_OPT, ZSTD_CLEVEL and the like are not there. */
export function cleanEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };
}
