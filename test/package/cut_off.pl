# What test/majors makes of a suite that is cut off by its time limit.
use strict;
use warnings FATAL => 'all';

use File::Temp qw(tempdir);
use FindBin;
use Test::More;

my $lib = "$FindBin::RealBin/../lib/cut_off.sh";
my $directory = tempdir(CLEANUP => 1);

# What the command says of a run that is cut off; it is given more time when the machine is too slow for it to begin.
sub patiently
{
	my ($command) = @_;
	my $said;
	foreach my $seconds (map { 2**$_ } 0 .. 6)
	{
		$said = $command->($seconds);
		last if system('grep', '-qs', '^begun$', "$directory/out.before") == 0;
	}
	return $said;
}

# Runs the script for so many seconds: its status, and how many tests had failed.
sub cut_off
{
	my ($seconds, $script) = @_;
	open my $file, '>', "$directory/script" or die $!;
	print $file $script;
	close $file or die $!;
	return `bash -c 'source "$lib"; run_for $seconds "$directory/out" bash "$directory/script"; echo \$?; [ ! -e "$directory/out.before" ] || failed_so_far "$directory/out.before"'`;
}

# It goes on until it is ended, and says then that something else has failed.
my $ended = "trap 'echo not ok 9 - ended; exit 1' TERM\necho begun\nwhile :; do sleep 0.1; done\n";
foreach my $case (
	[ 'nothing', "echo ok 1 - fine\necho '# a remark'\n", 0 ],
	[ 'a test in TAP', "echo ok 1 - fine\necho not ok 2 - wrong\necho '#   Failed test wrong'\n", 1 ],
	[ 'two of which prove tells', "echo '# Failed test 3: wrong'\necho '#   Failed test wrong'\n", 2 ],
	[ 'one that may fail', "echo 'not ok 2 - wrong # TODO some day'\necho '#   Failed (TODO) test'\n", 0 ],
	[ 'a test of pg_regress', "echo 'test one                          ... ok           12 ms'\necho 'test two                          ... FAILED       12 ms'\n", 1 ])
{
	my ($what, $script, $failed) = @$case;
	is(patiently(sub { cut_off($_[0], $ended =~ s/\n/\n$script/r) }), "124\n$failed\n", "had failed before the end: $what");
}
is(cut_off(60, "exit 3\n"), "3\n", 'what ends by itself has its own status');

my $majors = do { local $/; open my $file, '<', "$FindBin::RealBin/../majors" or die $!; <$file> };
my ($run) = $majors =~ /^(run_suites\(\) \{\n.*?^\}\n)/ms;
ok($run, 'test/majors has its loop');

# The loop itself, with suites that never end.
sub count
{
	my ($line, $seconds) = @_;
	open my $file, '>', "$directory/run" or die $!;
	print $file "#!/bin/bash\n" . $ended =~ s/\n/\necho '$line'\n/r;
	close $file or die $!;
	chmod 0755, "$directory/run" or die $!;
	open $file, '>', "$directory/majors" or die $!;
	print $file <<"SH" . $run . "run_suites 17\nprintf '%s\\n' \"\${lines[@]}\"\necho \"\$failed\"\n";
source "$lib"
here=$directory work=$directory suites=(slow) lines=() passed=0 failed=0
declare -A seconds_of=([slow]=1) configure_of=([17]='')
use_major() { :; }
major_config() { echo true; }
remaining() { echo $seconds; }
SH
	close $file or die $!;
	return `bash -u "$directory/majors"`;
}
like(patiently(sub { count('not ok 1 - wrong', $_[0]) }), qr/failed: slow, and cut off\n.*0 passed, 1 failed \(slow\)\n1\n\z/s, 'a suite that had failed counts as failed');
like(patiently(sub { count('ok 1 - fine', $_[0]) }), qr/0 passed, 0 failed \(no suite\); skipped for lack of time: slow\n0\n\z/s, 'one that had not counts as skipped');

done_testing();
