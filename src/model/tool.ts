/** This program, as it names itself in manifests and state files. */

export const TOOL_NAME = 'dcos-build';
/** Equal to the version in package.json, which a test watches: importing that file would cost every start a read. */
export const TOOL_VERSION = '0.1.0';
/** Both, for manifests. */
export const TOOL = `${TOOL_NAME} ${TOOL_VERSION}`;
