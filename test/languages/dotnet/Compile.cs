// What `dotnet build` does of it, by Microsoft's compiler alone: compile OUTPUT REFERENCE... -- SOURCE...
using System;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

public static class Compile
{
    public static int Main(string[] arguments)
    {
        var end = Array.IndexOf(arguments, "--");
        var references = arguments.Skip(1).Take(end - 1).Select(path => MetadataReference.CreateFromFile(path));
        var language = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest);
        var sources = arguments.Skip(end + 1).Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), language, path));
        var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication)
            .WithGeneralDiagnosticOption(ReportDiagnostic.Error);
        var name = Path.GetFileNameWithoutExtension(arguments[0]);
        var compilation = CSharpCompilation.Create(name, sources, references, options);
        using (var output = File.Create(arguments[0]))
        {
            var result = compilation.Emit(output);
            foreach (var found in result.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error))
                Console.Error.WriteLine(found);
            return result.Success ? 0 : 1;
        }
    }
}
