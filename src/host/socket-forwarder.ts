/** A program that carries bytes between its standard input and output and a socket, for programs that start others. */

/**
 * In Perl, since every Debian has it and it starts in milliseconds; QEMU starts one for each connection of a guest. It
 * ends when either side does.
 */
export const SOCKET_FORWARDER = `use strict;
use IO::Socket::UNIX;
my $socket = IO::Socket::UNIX->new(Peer => $ARGV[0]) or exit 1;
sub carry {
  my ($from, $to) = @_;
  my $count = sysread($from, my $bytes, 65536);
  return 0 unless $count;
  for (my $at = 0; $at < $count;) {
    my $written = syswrite($to, $bytes, $count - $at, $at);
    return 0 unless defined $written;
    $at += $written;
  }
  return 1;
}
my $in = fileno(STDIN);
my $peer = fileno($socket);
for (;;) {
  my $ready = '';
  vec($ready, $in, 1) = 1;
  vec($ready, $peer, 1) = 1;
  select($ready, undef, undef, undef);
  exit 0 if vec($ready, $peer, 1) && !carry($socket, \\*STDOUT);
  exit 0 if vec($ready, $in, 1) && !carry(\\*STDIN, $socket);
}
`;
