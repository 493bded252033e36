/** The parts of a sparse file that hold data. The rest reads as zeros, whether space is set aside for it or not. */
import { run } from '../host/process.ts';

export interface ByteRange {
  readonly start: number;
  readonly bytes: number;
}

/** Node cannot seek to data and holes; perl, without which there is no Debian, can (3: SEEK_DATA, 4: SEEK_HOLE). */
const SCRIPT = `
  open(my $file, '<', $ARGV[0]) or die "$!\\n";
  for (my $at = 0; ; ) {
    my $start = sysseek($file, $at, 3);
    last if !defined($start) && $!{ENXIO};
    die "$!\\n" if !defined($start);
    $at = sysseek($file, $start, 4) // die "$!\\n";
    printf("%d %d\\n", $start, $at - $start);
  }
`;

/**
 * In order, apart from each other, in the grain of the file system. Zeros that were written count as data, and all of the
 * file does on a file system that knows no holes.
 */
export async function dataRanges(path: string, signal?: AbortSignal): Promise<readonly ByteRange[]> {
  const options = signal === undefined ? {} : { signal };
  const { status, stdout, stderr } = await run('perl', ['-MErrno', '-e', SCRIPT, path], options);
  if (status !== 0) throw new Error(`perl cannot tell data from holes in ${path}: ${stderr}`);
  return stdout.split('\n').flatMap((line) => {
    const [start, bytes] = line.split(' ');
    return start === undefined || bytes === undefined ? [] : [{ start: Number(start), bytes: Number(bytes) }];
  });
}
