#!/bin/sh
# A .NET for where no SDK can be had: assemble.sh FOLDER, then DOTNET_BY_HAND=FOLDER. Every piece is Microsoft's or NSwag's own, from
# PyPI and npm: the runtime 3.1, the compiler (C# 9) and NSwag; OpenSSL 1.1, which that runtime hashes with, lies in a wheel of
# psycopg2. Needs Linux on x64, pip, npm, unzip, and mcs (Debian: mono-mcs) for the forty lines that call the compiler.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/parts" && cd "$1"
folder=$PWD

cd parts
wheel() { pip download --quiet --no-deps --only-binary=:all: "$@"; }
wheel --platform manylinux1_x86_64 dotnetcore2==3.1.23
wheel --platform manylinux2014_x86_64 --python-version 3.9 psycopg2-binary==2.9.3
npm pack --silent nswag@13.18.2 @autorest/csharp@3.0.0-beta.20211216.1
for archive in *.whl; do unzip -q -o "$archive"; done
mkdir -p nswag autorest
tar xzf nswag-*.tgz -C nswag
tar xzf autorest-csharp-*.tgz -C autorest
cd ..

cp -r parts/dotnetcore2/bin runtime
chmod +x runtime/dotnet
cp -r parts/psycopg2_binary.libs ssl
ln -s "$(cd ssl && echo libssl-*)" ssl/libssl.so.1.1
# Of its folders the one that brings its own libraries of ASP.NET, which the runtime from PyPI is without.
cp -r parts/nswag/package/bin/binaries/NetCore21 nswag
mkdir compiler
for part in Microsoft.CodeAnalysis Microsoft.CodeAnalysis.CSharp System.Collections.Immutable System.Reflection.Metadata \
  System.Runtime.CompilerServices.Unsafe; do
  cp "parts/autorest/package/$part.dll" compiler
done
rm -r parts

framework=$(echo "$folder"/runtime/shared/Microsoft.NETCore.App/*)
set --
for name in mscorlib netstandard System.Runtime System.Console System.Collections System.Linq System.IO.FileSystem \
  System.Runtime.Extensions System.Private.CoreLib; do
  set -- "$@" "-r:$framework/$name.dll"
done
mcs -nostdlib -noconfig -out:compiler/compile.dll "$@" -r:compiler/Microsoft.CodeAnalysis.dll \
  -r:compiler/Microsoft.CodeAnalysis.CSharp.dll -r:compiler/System.Collections.Immutable.dll "$here/Compile.cs"
cp "$here/compile.deps.json" compiler
cp "$here/program.runtimeconfig.json" compiler/compile.runtimeconfig.json
cp "$here/program.runtimeconfig.json" nswag/dotnet-nswag.runtimeconfig.json

cat > dotnet <<END
#!/bin/sh
LD_LIBRARY_PATH=$folder/ssl exec $folder/runtime/dotnet "\$@"
END
# Every *.cs of this folder to out/Program.dll.
cat > build <<END
#!/bin/sh
mkdir -p out
cp $folder/compiler/compile.runtimeconfig.json out/Program.runtimeconfig.json
cp $folder/nswag/Newtonsoft.Json.dll out
exec $folder/dotnet $folder/compiler/compile.dll out/Program.dll $framework/*.dll out/Newtonsoft.Json.dll -- *.cs
END
chmod +x dotnet build
