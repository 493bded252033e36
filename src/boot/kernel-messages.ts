/** What a kernel may complain of in a virtual machine of ours: none of it says anything of the image. */

const HARMLESS: readonly RegExp[] = [
  // Nobody emulates the registers that measure performance or power.
  /RAPL PMU|perf: .*disabled|MSR access error|unchecked MSR access/i,
  // Firmware of QEMU and of Azure alike.
  /ACPI.*(?:BIOS|AML|firmware) (?:Error|bug)|ACPI BIOS|Firmware Bug|i8042: (?:No controller|Can't read)/i,
  // A busy host does not run the timer for as long as the kernel looks for it; other ways are tried, and it panics if none works.
  /MP-BIOS bug: 8254 timer not connected/i,
  // There is neither a battery-backed clock, nor a bus for sensors.
  /piix4_smbus|SMBus Host Controller not enabled|unable to read current time/i,
  // Whether a processor is vulnerable is not the image's affair.
  /Spectre V2|MDS CPU bug|TAA CPU bug|MMIO Stale Data|Retbleed|RETBleed|SRSO|Speculative/i,
  // A disk that is larger than the image, until the root has grown.
  /GPT:.*(?:Alternate|Use GNU Parted)|Primary header thinks|Alternate GPT header/i,
];

/** The messages of level error and above that the image has to answer for; each once. */
export function kernelErrors(lines: readonly string[]): readonly string[] {
  const serious = lines.filter((line) => !HARMLESS.some((pattern) => pattern.test(line)));
  return [...new Set(serious.map((line) => line.trim()))];
}
