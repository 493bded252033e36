# Writes a Java key store (JKS, version 2) that trusts the given PEM certificates.
#
# keytool would stamp each entry with the time and salt the whole; this one is the same for the same certificates.
# Layout: magic, version, number of entries, then for each: tag 2, alias, time, "X.509", certificate; last a SHA-1 over
# the password, a constant of the format and all that went before. Numbers are big-endian, texts carry their length.
use strict;
use warnings;
use Digest::SHA 'sha1';
use Encode 'encode';
use MIME::Base64 'decode_base64';

my ($output, @files) = @ARGV;
my $password = 'changeit';    # Java's own default; trusted certificates are no secret

my $entries = '';
for my $file (sort @files) {
  open my $input, '<', $file or die "$file: $!\n";
  my $pem = do { local $/; <$input> };
  my ($base64) = $pem =~ /-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----/s or die "$file: no certificate\n";
  my ($alias) = lc($file) =~ m{([^/]*)\.crt$};
  # Aliases are ASCII in the format's own encoding, which differs from UTF-8 elsewhere.
  $alias =~ s/[^\x20-\x7e]/_/g;
  my $time = $ENV{SOURCE_DATE_EPOCH} * 1000;
  $entries .= pack 'N n/a* Q> n/a* N/a*', 2, $alias, $time, 'X.509', decode_base64($base64);
}
my $store = pack('N3', 0xFEEDFEED, 2, scalar @files) . $entries;

open my $file, '>:raw', $output or die "$output: $!\n";
print $file $store, sha1(encode('UTF-16BE', $password) . 'Mighty Aphrodite' . $store);
close $file or die "$output: $!\n";
